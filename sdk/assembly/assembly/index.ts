/** The SDK for game functions: everything a game imports from "@rockpool/assembly". */
export { Bytes } from "./bytes";
export { Claims } from "./claims";
export { Reader } from "./reader";
export { Records } from "./messages/records";
export { refuse } from "./refusal";
export { LeaveReason, Room } from "./room";
export { Writer } from "./writer";
