// tus-js-client sends one file in one stretch; prints the seconds from its start to the server's last answer.
import fs from 'node:fs'
import * as tus from 'tus-js-client'

const [path, endpoint] = process.argv.slice(2)
const started = performance.now()
const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  uploadSize: fs.statSync(path).size,
  retryDelays: null,
  onError: (error) => { console.error(String(error)); process.exit(1) },
  onSuccess: () => console.log((performance.now() - started) / 1000),
})
upload.start()
