#include "tools/commands/interrupt_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include "common/assert.hpp"

namespace belfry::tools {

InterruptSignals::InterruptSignals(std::initializer_list<int> numbers) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : numbers) sigaddset(&signals, number);
  sigprocmask(SIG_BLOCK, &signals, &previous_mask_);
  fd_.reset(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  BELFRY_ASSERT(fd_);
}

InterruptSignals::~InterruptSignals() { sigprocmask(SIG_SETMASK, &previous_mask_, nullptr); }

void InterruptSignals::take() const {
  signalfd_siginfo signal;
  while (::read(fd_.get(), &signal, sizeof signal) > 0) {
  }
}

}  // namespace belfry::tools
