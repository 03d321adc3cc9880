import ora from "ora"; const s = ora({ text: "x", isEnabled: false, isSilent: true }).start(); s.succeed("ok"); console.log(s.isSpinning, s.text);
