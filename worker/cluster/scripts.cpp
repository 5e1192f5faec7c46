#include "worker/cluster/scripts.hpp"

#include "worker/cluster/embedded_scripts.hpp"  // generated: one string_view per file in scripts/

namespace belfry::cluster::scripts {

#define BELFRY_SCRIPT(name)                              \
  const bus::Script& name() {                            \
    static const bus::Script script(embedded::k_##name); \
    return script;                                       \
  }
BELFRY_SCRIPT(dataset)
BELFRY_SCRIPT(registry)
BELFRY_SCRIPT(lease)
BELFRY_SCRIPT(claim)
BELFRY_SCRIPT(release)
BELFRY_SCRIPT(raw_open)
BELFRY_SCRIPT(raw_close)
BELFRY_SCRIPT(raw_reap)
BELFRY_SCRIPT(cached_publish)
BELFRY_SCRIPT(channel_apply)
BELFRY_SCRIPT(channel_verify)
BELFRY_SCRIPT(channel_audit)
BELFRY_SCRIPT(index_enter)
BELFRY_SCRIPT(index_page)
BELFRY_SCRIPT(node_announce)
BELFRY_SCRIPT(node_list)
BELFRY_SCRIPT(node_withdraw)
BELFRY_SCRIPT(rate)
BELFRY_SCRIPT(terminate)
BELFRY_SCRIPT(terminations)
#undef BELFRY_SCRIPT

std::vector<const bus::Script*> all() {
  return {&dataset(),        &registry(),      &lease(),       &claim(),          &release(),
          &raw_open(),       &raw_close(),     &raw_reap(),    &cached_publish(), &channel_apply(),
          &channel_verify(), &channel_audit(), &index_enter(), &index_page(),     &node_announce(),
          &node_list(),      &node_withdraw(), &rate(),        &terminate(),      &terminations()};
}

}  // namespace belfry::cluster::scripts
