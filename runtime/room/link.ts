/**
 * What a room needs of a player's connection. The front implements it; the room never sees a socket, so data
 * flows one way and a room can be driven by a test or a replay.
 */
import type { CloseCode } from "@rockpool/protocol";

export interface PlayerLink {
  /** False once the connection is closed or closing; a join that finds it so takes no seat. */
  readonly open: boolean;
  /**
   * Sends one whole frame, opcode included. The bytes are only valid during the call. A link over its cap of
   * unsent bytes closes itself (4009) and swallows the rest.
   */
  send(frame: Uint8Array): void;
  /** Sends an ERROR frame with this code and message, then closes. May run the close handler at once. */
  close(code: CloseCode, message: string): void;
}
