/** What each figure must reach; metrics that are not here explain the ones that are. */

/** Bench → metric → the bound that it must keep. */
export const TARGETS: Readonly<Record<string, Readonly<Record<string, Target>>>> = {
  echo: { cpuPerMessageRatio: atMost(1.25), rttP50Ratio: atMost(1.15) },
  scaleout: {
    claimP50Us: atMost(30),
    claimP99Us: atMost(1000),
    connectRatio: atMost(1.4),
    burstLastMs: atMost(200),
    bystanderLateP99Us: atMost(5000),
  },
  coldstart: {
    smallP50Ms: atMost(3),
    smallP99Ms: atMost(6),
    largeColdP99Ms: atMost(60),
    largeWarmedP99Ms: atMost(10),
    bystanderLateP99Us: atMost(10_000),
  },
  density: { rooms: atLeast(10_000), rssPerRoomKB: atMost(60), journaledRssPerRoomKB: atMost(100) },
  ticks: { lateP99Us: atMost(1500), cpuPercent: atMost(25), stepLateP99Us: atMost(5000) },
  noisy: { victimLateP99Ms: atMost(7) },
  image: { buildMsP50: atMost(150) },
  metering: { geomeanRatio: atMost(1.08), worstRatio: atMost(1.4) },
  call: { callsPerSecondRatio: atLeast(0.9) },
  codec: { encodeRatio: atLeast(1), decodeRatio: atLeast(1) },
  update: { pauseP99Ms: atMost(5), dropped: atMost(0), duplicated: atMost(0) },
  journal: { cpuPerMessageRatio: atMost(1.15) },
  recover: { shardBackP99Ms: atMost(1_500) },
  wake: { wakeP50Us: atMost(500), wakeP99Us: atMost(2_500) },
  hibernate: { sleepingRooms: atLeast(1_000_000), anonRssPerRoomBytes: atMost(100), rightRatio: atLeast(1) },
  replay: { speedup: atLeast(100) },
  snapshot: { pauseP99Us: atMost(2_000), pause16MiBP99Us: atMost(10_000), bytesRatio: atMost(0.1) },
};

export interface Target {
  /** `≤ 1.25` */
  readonly text: string;
  isMet(value: number): boolean;
}

function atMost(bound: number): Target {
  return { text: `≤ ${bound.toLocaleString("en")}`, isMet: (value) => value <= bound };
}

function atLeast(bound: number): Target {
  return { text: `≥ ${bound.toLocaleString("en")}`, isMet: (value) => value >= bound };
}
