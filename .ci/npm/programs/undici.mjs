import { fetch } from "undici"; console.log(typeof fetch);
