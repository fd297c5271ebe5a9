/** What is under test, in one place, so that a test can put a faulty part in its stead and see it found out. */
import type { ImageInfo } from "@rockpool/runtime/image/image.js";
import { Guest } from "@rockpool/runtime/instance/guest.js";
import { hostImports } from "@rockpool/runtime/instance/hostImports.js";
import type { Pristine } from "@rockpool/runtime/instance/pristine.js";
import type { RoomHost } from "@rockpool/runtime/instance/roomHost.js";

export interface Subject {
  make(module: WebAssembly.Module, info: ImageInfo, host: RoomHost): Guest;
  reset(pristine: Pristine, guest: Guest): void;
}

export const SUBJECT: Subject = {
  make: (module, info, host) => new Guest(module, hostImports, host, info.globals, info.manifest.limits.fuel),
  reset: (pristine, guest) => pristine.reset(guest),
};
