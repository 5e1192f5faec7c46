// Random numbers from a seed, so that a run can be done again, and the seeds that a test is run with: BELFRY_SEEDS=100
// runs 1 to 100, BELFRY_SEED=7 that one alone.

// (Mulberry32.)
export function random_of(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, chance: (p) => next() < p, pick: (list) => list[below(list.length)] };
}

export function seeds_to_run(usual_count) {
  const { BELFRY_SEEDS: count = usual_count, BELFRY_SEED: only } = process.env;
  return only ? [Number(only)] : Array.from({ length: Number(count) }, (_, n) => n + 1);
}
