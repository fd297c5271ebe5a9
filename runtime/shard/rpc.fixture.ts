/** The child of rpc.test.ts: one end of a real channel. */
import { type Channel, Rpc, RpcError } from "./rpc.ts";

export interface ChildMethods {
  double(value: number): number;
  bytes(value: Uint8Array): Uint8Array;
  refuse(): void;
  crashLikeCode(): void;
  never(): void;
  function(): unknown;
  exit(): void;
  askBack(text: string): string;
}

export interface ParentMethods {
  greet(name: string): string;
}

if (process.send !== undefined) {
  const rpc = new Rpc<ChildMethods, ParentMethods>(process as Channel);
  rpc.handle({
    double: (value) => value * 2,
    bytes: async (value) => value.map((byte) => byte ^ 0xff),
    refuse: () => {
      throw new RpcError("deploy-refused", "this component imports wasi:sockets");
    },
    crashLikeCode: () => {
      throw new TypeError("x is not a function");
    },
    never: () => new Promise(() => {}),
    function: () => () => {},
    exit: () => process.exit(1),
    askBack: (text) => rpc.call("greet", text),
  });
}
