// Half of the most messages a second that a server delivered in a closed loop so far: node most.cjs FILE SERVER SUBSCRIBERS.
const [file, wanted, subscribers] = process.argv.slice(2);
const rates = require("fs").readFileSync(file, "utf8").trimEnd().split("\n").map((line) => line.split("\t"))
  .filter(([name, server]) => server === wanted && name.startsWith(`fanout, ${subscribers} `))
  .map(([, , json]) => JSON.parse(json).deliveries.per_s / subscribers);
console.log(Math.max(Math.floor(Math.max(...rates) / 2), 1));
