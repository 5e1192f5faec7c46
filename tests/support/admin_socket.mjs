// One command to a supervisor's admin socket: a line in, one JSON object on a line out.
import net from "node:net";

export function ask_admin(path, command) {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = net.connect(path);
    socket.setEncoding("utf8").setTimeout(10_000, () => socket.destroy(new Error(`no answer to "${command}"`)));
    socket.on("connect", () => socket.write(`${command}\n`));
    socket.on("data", (text) => {
      answer += text;
      const end = answer.indexOf("\n");
      if (end < 0) return;
      socket.destroy();
      try {
        resolve(JSON.parse(answer.slice(0, end)));
      } catch (error) {
        reject(new Error(`not JSON: ${answer.slice(0, end)} (${error.message})`));
      }
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`the admin socket closed before it answered "${command}"`)));
  });
}
