// tus-js-client sends one file in one stretch; prints the seconds from its start to the server's last answer, and its
// processor seconds in that time.
import fs from 'node:fs'
import * as tus from 'tus-js-client'

const [path, endpoint] = process.argv.slice(2)
const started = performance.now()
const spent = process.cpuUsage()
const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  uploadSize: fs.statSync(path).size,
  retryDelays: null,
  onError: (error) => { console.error(String(error)); process.exit(1) },
  onSuccess: () => {
    const { user, system } = process.cpuUsage(spent)
    console.log(JSON.stringify([(performance.now() - started) / 1000, (user + system) / 1e6]))
  },
})
upload.start()
