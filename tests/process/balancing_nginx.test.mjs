// nginx, as `belfry balancer nginx` configures it, in front of three machines.
import { balancing_tests } from "../support/balancing_tests.mjs";
import { lab_tests } from "../support/network_lab.mjs";

lab_tests(import.meta.url, "nginx before three machines, in network namespaces", () => balancing_tests("nginx"));
