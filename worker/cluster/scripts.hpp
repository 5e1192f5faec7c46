// The Lua scripts in scripts/, embedded at build time. What each takes and answers stands at its head.
#pragma once

#include <vector>

#include "worker/bus/script.hpp"

namespace belfry::cluster::scripts {

const bus::Script& dataset();
const bus::Script& registry();
const bus::Script& lease();
const bus::Script& claim();
const bus::Script& release();
const bus::Script& raw_open();
const bus::Script& raw_close();
const bus::Script& raw_reap();
const bus::Script& cached_publish();
const bus::Script& channel_apply();
const bus::Script& channel_verify();
const bus::Script& channel_audit();
const bus::Script& index_enter();
const bus::Script& index_page();
const bus::Script& node_announce();
const bus::Script& node_list();
const bus::Script& node_withdraw();
const bus::Script& rate();
const bus::Script& terminate();
const bus::Script& terminations();

std::vector<const bus::Script*> all();

}  // namespace belfry::cluster::scripts
