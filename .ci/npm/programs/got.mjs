import got from "got"; console.log(typeof got);
