/** Whether bytes are well-formed UTF-8 (The Unicode Standard 15.0, table 3-7). */
export function isUtf8(start: usize, length: usize): bool {
  const end = start + length;
  let at = start;
  while (at < end) {
    const lead = load<u8>(at++);
    if (lead < 0x80) continue;
    // How many bytes follow, and what the first of them may be: no overlong forms, no surrogates, no more than U+10FFFF.
    let more: usize = 1;
    let low: u8 = 0x80;
    let high: u8 = 0xbf;
    if (lead < 0xc2 || lead > 0xf4) return false;
    if (lead >= 0xf0) {
      more = 3;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else if (lead >= 0xe0) {
      more = 2;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    }
    if (end - at < more) return false;
    const second = load<u8>(at);
    if (second < low || second > high) return false;
    for (let i: usize = 1; i < more; i++) {
      if ((load<u8>(at + i) & 0xc0) != 0x80) return false;
    }
    at += more;
  }
  return true;
}
