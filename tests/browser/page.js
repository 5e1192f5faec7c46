// What every test page has: pusher-js and laravel-echo set up as a front end does it, and a record of what they heard.
"use strict";

const APP_KEY = "app-key";

window.heard = [];       // [channel, event, data]
window.errors = [];      // what pusher-js says of its connection
window.states = [];      // the states that its connection went through

function options_for(port) {
  return { cluster: "", wsHost: "127.0.0.1", wsPort: port, forceTLS: false, enabledTransports: ["ws", "wss"] };
}

window.open_pusher = (port) => {
  window.pusher = new Pusher(APP_KEY, {
    ...options_for(port),
    channelAuthorization: { endpoint: "/broadcasting/auth", transport: "ajax" },
    userAuthentication: { endpoint: "/broadcasting/user-auth", transport: "ajax" },
  });
  window.pusher.connection.bind("state_change", ({ current }) => window.states.push(current));
  window.pusher.connection.bind("error", (error) => window.errors.push(JSON.stringify(error)));
};

// Echo knows Laravel's endpoints, and sends the page's CSRF token to them.
window.open_echo = (port, broadcaster) => {
  window.echo = new Echo.default({ broadcaster, key: APP_KEY, ...options_for(port) });
};

// Resolves when the server has confirmed.
window.subscribe = (name) => new Promise((resolve, reject) => {
  const channel = window.pusher.subscribe(name);
  channel.bind_global((event, data) => event.startsWith("pusher:") || window.heard.push([name, event, data]));
  channel.bind("pusher:subscription_succeeded", () => resolve(name));
  channel.bind("pusher:subscription_error", (error) => reject(new Error(JSON.stringify(error))));
});

window.heard_on = (name) => window.heard.filter(([channel]) => channel === name);
