/** Parsers of option values; commander prints their complaints with the option's name. */
import { InvalidArgumentError } from "commander";

/** A decimal number; its range is checked by who knows it. */
export function numberArgument(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError("It must be a number.");
  return Number(text);
}
