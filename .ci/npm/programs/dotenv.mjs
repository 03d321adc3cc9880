import dotenv from "dotenv"; console.log(dotenv.parse("A=1\n# c\nB='x y'\nC=\"l1\\nl2\"\nexport D = d # c\nE=`a'b`\n")); const env = {}; dotenv.populate(env, { X: "1" }); console.log(env);
