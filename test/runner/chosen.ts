/** Which test files a command line names. */

/** Parts of paths. @throws Error at a flag, of which there are none */
export function pathParts(args: readonly string[]): readonly string[] {
  const flag = args.find((arg) => arg.startsWith("-"));
  if (flag !== undefined) throw new Error(`unknown flag ${flag}; usage: node test/dist/run.js [PART …]`);
  return args;
}

/** Whether a path contains one of the parts; every path does where there are none. */
export function isChosen(path: string, parts: readonly string[]): boolean {
  return parts.length === 0 || parts.some((part) => path.includes(part));
}
