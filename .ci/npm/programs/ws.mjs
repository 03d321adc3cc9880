import { WebSocket } from "ws"; console.log(typeof WebSocket);
