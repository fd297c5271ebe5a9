/**
 * A recording through jco's transpiled output, the reference implementation of the component model here. What it
 * generates is used as it is; only the instantiation of core modules is watched, to get at the memory.
 */
import { transpile } from "@bytecodealliance/jco";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import type { RoomHost } from "@rockpool/runtime/instance/roomHost.js";
import { canonicalAtOnce } from "@rockpool/runtime/wasm/eagerNans.testkit.js";
import { cappedMemory } from "./cappedMemory.ts";
import type { Input, Recording } from "./input.ts";
import { hex, ScriptedHost } from "./scriptedHost.ts";
import { digest, type Step, type Trace } from "./trace.ts";

type Imports = Record<string, Record<string, unknown>>;
type Callbacks = Record<string, (...args: unknown[]) => unknown>;
type Instantiate = (
  getCoreModule: (file: string) => WebAssembly.Module,
  imports: Imports,
  instantiateCore: (module: WebAssembly.Module, imports: Imports) => WebAssembly.Instance,
) => { room?: Callbacks; handle?: Callbacks[string] };

/** The file that jco gives the component's first core module: of wit-component's, the main one. */
const MAIN = "c.core.wasm";
const LEAVE_REASONS = ["left", "timed-out", "kicked", "draining"];
const LEVELS = ["debug", "info", "warn", "error"];

export class JcoReference {
  readonly #instantiate: Instantiate;
  readonly #modules: ReadonlyMap<string, WebAssembly.Module>;
  /** What a node grants the function, in pages of 64 KiB. */
  readonly #memoryPages: number;

  private constructor(
    instantiate: Instantiate,
    modules: ReadonlyMap<string, WebAssembly.Module>,
    memoryPages: number,
  ) {
    this.#instantiate = instantiate;
    this.#modules = modules;
    this.#memoryPages = memoryPages;
  }

  static async of(component: Uint8Array): Promise<JcoReference> {
    const { memoryPages } = buildImage(component, DEFAULT_NODE_MAXIMA).info.manifest.limits;
    const { files } = await transpile(component, { name: "c", instantiation: "sync", noTypescript: true });
    const sources = new Map(Object.entries(files));
    const glue = Buffer.from(sources.get("c.js")!).toString("base64");
    const { instantiate } = (await import(`data:text/javascript;base64,${glue}`)) as {
      instantiate: Instantiate;
    };
    const modules = new Map<string, WebAssembly.Module>();
    for (const [name, bytes] of sources) {
      if (!name.endsWith(".wasm")) continue;
      modules.set(name, name === MAIN ? asOnANode(bytes, memoryPages) : new WebAssembly.Module(bytes));
    }
    return new JcoReference(instantiate, modules, memoryPages);
  }

  /**
   * The same component around another main module. The glue depends on the world and on the imports alone, so
   * many modules with the same ones need only one transpilation.
   */
  around(core: Uint8Array): JcoReference {
    return new JcoReference(
      this.#instantiate,
      new Map([...this.#modules, [MAIN, asOnANode(core, this.#memoryPages)]]),
      this.#memoryPages,
    );
  }

  run(recording: Recording): Trace {
    const host = new ScriptedHost(recording.seed);
    let memory: WebAssembly.Memory | undefined;
    const offered = importsOf(host);
    const functions = this.#instantiate(
      (file) => this.#modules.get(file)!,
      { "rockpool:game/host": offered, "rockpool:game/call-host": offered },
      (module, imports) => {
        const instance = new WebAssembly.Instance(module, imports);
        memory ??= instance.exports.memory as WebAssembly.Memory | undefined;
        return instance;
      },
    );
    const bytes = () => new Uint8Array(memory!.buffer);
    const steps: Step[] = [];
    for (const input of recording.inputs) {
      const outcome = call(functions.room ?? { handle: functions.handle! }, input);
      steps.push({ call: input.call, outcome, effects: host.takeNotes(), memory: digest(bytes()) });
      if (outcome === "trap") break;
    }
    return { steps, memory: bytes().slice() };
  }
}

/** A main module with what a node promises of every one: a memory that ends, and NaNs that are canonical. */
function asOnANode(core: Uint8Array, memoryPages: number): WebAssembly.Module {
  return new WebAssembly.Module(canonicalAtOnce(cappedMemory(core, memoryPages)));
}

/** The outcome of one callback in the words of a trace. Errors that are no traps of the guest's are thrown on. */
function call(callbacks: Callbacks, input: Input): string {
  try {
    const answer = callbacks[input.call]!(...argumentsOf(input));
    return answer instanceof Uint8Array ? `bytes ${hex(answer)}` : "done";
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return "trap";
    if (error instanceof Error && error.constructor.name === "ComponentError") {
      return `refused ${JSON.stringify((error as Error & { payload: unknown }).payload)}`;
    }
    throw error;
  }
}

function argumentsOf(input: Input): unknown[] {
  switch (input.call) {
    case "create":
      return [input.config];
    case "join":
      return [input.player, input.claims];
    case "message":
      return [input.player, input.data];
    case "tick":
      return [input.dtMs];
    case "timer":
      return [input.id];
    case "drop":
    case "rejoin":
      return [input.player];
    case "leave":
      return [input.player, LEAVE_REASONS[input.why]];
    case "fault":
      return [input.what];
    case "restore":
      return [input.state];
    case "handle":
      return [input.request];
    default:
      return [];
  }
}

/** The host as jco wants it: names in camel case, lists as typed arrays, enums as strings. */
function importsOf(host: RoomHost): Record<string, unknown> {
  return {
    send: (to: number, data: Uint8Array) => void host.send(to, data, 0, data.length),
    broadcast: (data: Uint8Array) => void host.broadcast(data, 0, data.length),
    broadcastExcept: (except: number, data: Uint8Array) =>
      void host.broadcastExcept(except, data, 0, data.length),
    kick: (who: number, reason: string) => void host.kick(who, reason),
    players: () => Uint32Array.from(host.players()),
    room: () => host.roomName(),
    now: () => host.now(),
    random: () => host.random(),
    setTimer: (id: number, afterMs: number) => void host.setTimer(id, afterMs),
    clearTimer: (id: number) => void host.clearTimer(id),
    setTickRate: (hz: number) => void host.setTickRate(hz),
    setListing: (key: string, value: string) => void host.setListing(key, value),
    lock: (locked: boolean) => void host.lock(locked),
    end: () => void host.end(),
    get: (key: string) => host.get(key) ?? undefined,
    put: (key: string, value: Uint8Array) => void host.put(key, value),
    delete: (key: string) => void host.delete(key),
    log: (level: string, text: string) => void host.log(LEVELS.indexOf(level), text),
  };
}
