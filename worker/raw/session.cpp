#include "worker/raw/session.hpp"

#include "worker/raw/broadcast.hpp"

namespace belfry::raw {

Session::Session(net::Stream& predecessor, const ws::SessionRules& rules, Broadcast& broadcast, const Client& client)
    : ws::Session(predecessor, rules), broadcast_(broadcast), client_(client) {}

void Session::on_message(ws::Opcode, std::string_view payload) { broadcast_.publish(*this, payload); }

void Session::on_end() { broadcast_.leave(*this); }

}  // namespace belfry::raw
