/** The entry of the `rockpool` command: runs it, and turns what went wrong into a line and an exit code. */
import { describeFailure, NegativeResult } from "./failure.ts";
import { createProgram } from "./program.ts";

// A reader that has seen enough, such as `head`, closes the pipe: no reason to complain.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const program = await createProgram();
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof NegativeResult)) {
    process.stderr.write(`rockpool: ${describeFailure(error, program.opts().verbose === true)}\n`);
  }
  // Not exitCode: a node or a connection that is still open would keep a failed command from ending.
  process.exit(1);
}
