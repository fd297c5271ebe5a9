/** The C library that a binary needs: this machine's, or that of Debian 13 (trixie) in a folder. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Impossible, mustRun } from "./impossible.ts";

/** What Node.js is linked against. */
const PACKAGES = ["libc6", "libstdc++6", "libgcc-s1"];
const SUITE = "trixie";
const SOURCES = ["/etc/apt/sources.list", "/etc/apt/sources.list.d"];

export interface CLibrary {
  /** The dynamic loader. */
  loader: string;
  /** Where its libraries are. */
  libraries: string;
}

/** Whether this machine's C library is glibc of at least this version. */
export function hasCLibrary([major, minor]: readonly [number, number]): boolean {
  const header = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const [haveMajor = 0, haveMinor = 0] = (header.header?.glibcVersionRuntime ?? "").split(".").map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}

/** Unpacks the library into a folder, unless it is there. @throws Impossible */
export function unpackCLibrary(folder: string): CLibrary {
  const root = join(folder, "root");
  const done = join(folder, "done");
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    download(folder);
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
      mustRun("dpkg-deb", ["-x", join(folder, file), root]);
    }
    writeFileSync(done, "");
  }
  const architecture = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[
    process.arch as "x64" | "arm64"
  ];
  if (architecture === undefined) throw new Impossible(`no loader is known for ${process.arch}`);
  const libraries = join(root, "usr/lib", architecture);
  const loader = readdirSync(libraries).find((name) => /^ld-linux-.*\.so\.\d$/.test(name));
  if (loader === undefined) throw new Impossible(`${libraries} holds no loader`);
  return { loader: join(libraries, loader), libraries };
}

/** Downloads the packages with apt, under a configuration of its own: the machine's package lists stay as they are. */
function download(folder: string): void {
  const [state, cache, sources] = ["state", "cache", "sources"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(join(state, "lists/partial"), { recursive: true });
  mkdirSync(join(cache, "archives/partial"), { recursive: true });
  mkdirSync(sources);
  writeFileSync(join(sources, `${SUITE}.sources`), trixieSource());
  const options = [
    `Dir::State=${state}`,
    `Dir::State::status=/dev/null`,
    `Dir::Cache=${cache}`,
    `Dir::Etc::SourceList=/dev/null`,
    `Dir::Etc::SourceParts=${sources}`,
    // Its sandbox user may not write into this folder.
    `APT::Sandbox::User=${process.env.USER ?? "root"}`,
  ].flatMap((option) => ["-o", option]);
  mustRun("apt-get", [...options, "update"]);
  mustRun("apt-get", [...options, "download", ...PACKAGES], folder);
  for (const spent of [state, cache]) rmSync(spent, { recursive: true, force: true });
}

/** Where this machine gets Debian from, as a source of trixie: its mirrors are the ones that it can reach. */
function trixieSource(): string {
  const texts = SOURCES.flatMap(filesAt).map((file) => readFileSync(file, "utf8"));
  for (const text of texts) {
    for (const stanza of text.split(/\n\s*\n/)) {
      const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, "mi").exec(stanza)?.[1]?.trim();
      const [uris, components, signedBy] = [field("URIs"), field("Components"), field("Signed-By")];
      if (uris === undefined || !isDebian(uris, field("Suites") ?? "", components ?? "")) continue;
      return stanzaOf(uris, signedBy);
    }
    for (const [, options, uri, suite, components] of text.matchAll(
      /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$/gm,
    )) {
      const signedBy = /signed-by=(\S+)/.exec(options ?? "")?.[1];
      if (isDebian(uri!, suite!, components!)) return stanzaOf(uri!, signedBy);
    }
  }
  throw new Impossible(
    `this machine's C library is too old for it, and ${SOURCES.join(" and ")} name no Debian mirror`,
  );
}

function stanzaOf(uris: string, signedBy = "/usr/share/keyrings/debian-archive-keyring.gpg"): string {
  return `Types: deb\nURIs: ${uris}\nSuites: ${SUITE}\nComponents: main\nSigned-By: ${signedBy}\n`;
}

/** Debian's main archive: neither its security archive, which has other suites, nor somebody else's. */
function isDebian(uris: string, suites: string, components: string): boolean {
  return !/security/.test(`${uris} ${suites}`) && /\bdebian\b/.test(uris) && /\bmain\b/.test(components);
}

function filesAt(path: string): string[] {
  if (!existsSync(path)) return [];
  if (/\.(list|sources)$/.test(path)) return [path];
  return readdirSync(path)
    .filter((name) => /\.(list|sources)$/.test(name))
    .map((name) => join(path, name));
}
