/* Hashing: CRC-32 by a table. */
static unsigned table[256];
static unsigned char data[8192];

__attribute__((export_name("run"))) double run(void) {
  if (table[1] == 0) {
    for (unsigned n = 0; n < 256; n++) {
      unsigned value = n;
      for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
      table[n] = value;
    }
    for (unsigned n = 0; n < sizeof data; n++) data[n] = (unsigned char)(n * 31);
  }
  unsigned crc = ~0u;
  for (unsigned n = 0; n < sizeof data; n++) crc = table[(crc ^ data[n]) & 0xff] ^ crc >> 8;
  return ~crc;
}
