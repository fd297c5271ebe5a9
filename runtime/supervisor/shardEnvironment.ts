/**
 * The environment of a shard. Strangers' code runs there, and an operator's environment often holds
 * credentials, so a shard gets only what a process needs to run.
 */

const PASSED = new Set([
  "PATH",
  "HOME",
  "LANG",
  "TZ",
  "TMPDIR",
  "NODE_ENV",
  "NODE_OPTIONS",
  "NODE_V8_COVERAGE",
  "LD_LIBRARY_PATH",
  "FORCE_COLOR",
  "NO_COLOR",
  "TERM",
]);

export function shardEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => PASSED.has(name) || name.startsWith("LC_")),
  );
}
