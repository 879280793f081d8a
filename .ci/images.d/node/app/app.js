// Says where it runs, then serves the same on port 3000 until SIGTERM.
const http = require("http");
const os = require("os");

const about = `node ${process.version} pid ${process.pid} uid ${process.getuid()} host ${os.hostname()}`;
process.on("SIGTERM", () => process.exit(0));
http.createServer((_, res) => res.end(about + "\n")).listen(3000, () => console.log(about));
