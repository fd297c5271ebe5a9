/** `stepCount` → `StepCount`: how a member is called where it becomes a type, or part of a longer name. */
export function pascal(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}
