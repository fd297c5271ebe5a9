/* A physics step: bodies that attract each other. */
#define COUNT 5
static double place[COUNT][3], speed[COUNT][3];

__attribute__((export_name("run"))) double run(void) {
  for (int n = 0; n < COUNT; n++)
    for (int axis = 0; axis < 3; axis++) {
      place[n][axis] = (n * 7 + axis * 3) % 11;
      speed[n][axis] = (n + axis) % 3 * 0.1;
    }
  for (int step = 0; step < 200; step++) {
    for (int n = 0; n < COUNT; n++)
      for (int m = n + 1; m < COUNT; m++) {
        double away[3], squared = 0.01;
        for (int axis = 0; axis < 3; axis++) {
          away[axis] = place[n][axis] - place[m][axis];
          squared += away[axis] * away[axis];
        }
        double pull = 0.001 / (squared * __builtin_sqrt(squared));
        for (int axis = 0; axis < 3; axis++) {
          speed[n][axis] -= away[axis] * pull;
          speed[m][axis] += away[axis] * pull;
        }
      }
    for (int n = 0; n < COUNT; n++)
      for (int axis = 0; axis < 3; axis++) place[n][axis] += speed[n][axis] * 0.001;
  }
  return place[0][0];
}
