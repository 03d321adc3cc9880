import pc from "picocolors";
const on = pc.createColors(true); console.log(JSON.stringify(on.red(`a ${on.bold("b")} c`)), pc.createColors(false).green("x"), typeof pc.isColorSupported);
