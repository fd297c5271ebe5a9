import assert from "node:assert/strict";
import { test } from "node:test";
import { addressKey } from "./address.ts";

test("an IPv4 address is its own key, however it is written", () => {
  for (const form of [
    "192.0.2.7",
    "::ffff:192.0.2.7",
    "::ffff:c000:207",
    "0000:0000:0000:0000:0000:ffff:c000:0207",
  ]) {
    assert.equal(addressKey(form), "192.0.2.7", form);
  }
});

test("IPv6 addresses of one /64 share a key, however they are written", () => {
  for (const form of [
    "2001:db8:0:1::1",
    "2001:db8:0:1:ffff:ffff:ffff:ffff",
    "2001:0db8:0000:0001:0000:0000:0000:0001",
    "2001:DB8:0:1::",
    "2001:db8:0:1::7%eth0",
  ]) {
    assert.equal(addressKey(form), "2001:db8:0:1::/64", form);
  }
});

test("IPv6 addresses of two /64 have two keys", () => {
  assert.notEqual(addressKey("2001:db8:0:1::1"), addressKey("2001:db8:0:2::1"));
  assert.equal(addressKey("::1"), "0:0:0:0::/64");
  assert.equal(addressKey("fe80::1"), "fe80:0:0:0::/64");
});
