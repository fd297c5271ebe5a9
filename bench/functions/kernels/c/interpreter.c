/* A bytecode interpreter: one loop around one switch. */
enum { PUSH, ADD, SUB, DUP, SWAP, DROP, JUMP_IF, HALT };
static const unsigned char program[] = {
    PUSH, 0, PUSH, 250, SWAP, PUSH, 3, ADD, DUP, DROP, SWAP, PUSH, 1, SUB, DUP, JUMP_IF, 4, DROP, HALT,
};

__attribute__((noinline)) static int interpret(const unsigned char *code) {
  int stack[16];
  int top = 0;
  for (int at = 0;;) {
    switch (code[at++]) {
      case PUSH: stack[top++] = code[at++]; break;
      case ADD: top--; stack[top - 1] += stack[top]; break;
      case SUB: top--; stack[top - 1] -= stack[top]; break;
      case DUP: stack[top] = stack[top - 1]; top++; break;
      case SWAP: {
        int value = stack[top - 1];
        stack[top - 1] = stack[top - 2];
        stack[top - 2] = value;
        break;
      }
      case DROP: top--; break;
      case JUMP_IF: at = stack[--top] ? code[at] : at + 1; break;
      default: return stack[top - 1];
    }
  }
}

__attribute__((export_name("run"))) double run(void) {
  int sum = 0;
  for (int n = 0; n < 8; n++) sum += interpret(program);
  return sum;
}
