/**
 * The base URLs under which a client reaches the shards. Without a configured template they repeat the
 * request's own Host header, which is why that is checked before it is echoed.
 */

/** A host name, IPv4 address or bracketed IPv6 address, then perhaps a port. */
const HOST = /^([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/i;

/** Whether a Host header is well-formed. */
export function isHost(header: string): boolean {
  return HOST.test(header);
}

export interface ShardUrlOptions {
  shards: number;
  /** With `{host}`, `{port}` and `{shard}`; null: derived from the request. */
  template: string | null;
  secure: boolean;
  /** Every shard's own port, another list whenever one changes; empty until all shards listen. */
  ownPorts: () => number[];
}

/** What `all` answered last, which it answers again while nothing has changed. */
interface Answer {
  host: string;
  ports: number[];
  urls: readonly string[];
}

const NO_URLS: readonly string[] = [];

export class ShardUrls {
  readonly #options: ShardUrlOptions;
  #last: Answer | null = null;

  constructor(options: ShardUrlOptions) {
    this.#options = options;
  }

  /**
   * The base URL of a shard (`ws://host:7801`, no slash at the end) for a client that sent this valid Host
   * header; null while that shard's port is not known.
   */
  base(shard: number, hostHeader: string): string | null {
    const { shards, template, secure, ownPorts } = this.#options;
    const scheme = secure ? "wss" : "ws";
    // One shard is where the client already is, whatever proxies and port mappings are between.
    if (shards === 1 && template === null) return `${scheme}://${hostHeader}`;
    const port = ownPorts()[shard];
    if (port === undefined) return null;
    const host = HOST.exec(hostHeader)?.[1] ?? "";
    if (template === null) return `${scheme}://${host}:${port}`;
    return template
      .replaceAll("{host}", host)
      .replaceAll("{port}", String(port))
      .replaceAll("{shard}", String(shard))
      .replace(/\/+$/, "");
  }

  /**
   * The base URLs of all shards in order; empty when there is one, or while any is not known. Players who came
   * by one host name get one and the same list.
   */
  all(hostHeader: string): readonly string[] {
    if (this.#options.shards === 1) return NO_URLS;
    const ports = this.#options.ownPorts();
    const last = this.#last;
    if (last !== null && last.host === hostHeader && last.ports === ports) return last.urls;
    const urls = this.#make(hostHeader);
    this.#last = { host: hostHeader, ports, urls };
    return urls;
  }

  #make(hostHeader: string): readonly string[] {
    const urls: string[] = [];
    for (let shard = 0; shard < this.#options.shards; shard++) {
      const url = this.base(shard, hostHeader);
      if (url === null) return NO_URLS;
      urls.push(url);
    }
    return urls;
  }
}
