/**
 * Photos brought by tus-js-client, which is not ours. `tests/api/test_uploads_js.py` starts the server, tells in the
 * environment which photos there are, and compares what the server keeps.
 */

import { readFileSync, writeFileSync } from "node:fs";
import * as tus from "tus-js-client";

const { endpoint, photos, notes, out, chunkSize } = JSON.parse(process.env.FIELD_TRIAL ?? "{}");

/** Bring one photo; `stopAt`: hang up once so many bytes have gone, and go on as another program would. */
function bring(photo, more = {}) {
  const told = { requests: [], offsets: [], kept: "" };
  const bytes = readFileSync(photo.file);
  const options = {
    endpoint,
    chunkSize,
    headers: photo.headers,
    metadata: photo.metadata,
    retryDelays: [100, 300, 1000, 3000],
    urlStorage: new tus.FileUrlStorage(notes),
    fingerprint: async () => photo.metadata.photo,
    onBeforeRequest: (request) => {
      told.requests.push(request.getMethod());
      told.offsets.push(Number(request.getHeader("Upload-Offset") ?? -1));
    },
    onAfterResponse: (_, response) => {
      told.kept = response.getHeader("Field-Photo") ?? told.kept;
    },
    ...more,
  };
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      ...options,
      onError: reject,
      onSuccess: () => resolve({ ...told, url: upload.url }),
      onChunkComplete: (_, accepted) => {
        if (more.stopAt !== undefined && accepted >= more.stopAt && accepted < bytes.length) {
          void upload.abort().then(() => resolve({ ...told, url: upload.url, stopped: accepted }));
        }
      },
    });
    void upload.findPreviousUploads().then(([previous]) => {
      if (previous !== undefined) upload.resumeFromPreviousUpload(previous);
      upload.start();
    });
  });
}

const [broken, small, ended, ...others] = photos;
const stopped = await bring(broken, { stopAt: 2 * chunkSize });
const resumed = await bring(broken);
const atOnce = await bring(small, { uploadDataDuringCreation: true, chunkSize: Infinity });
const began = await bring(ended, { stopAt: chunkSize });
await tus.Upload.terminate(began.url, {});
const afterwards = await fetch(began.url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
const together = await Promise.all(others.map((photo, at) => bring(photo, { overridePatchMethod: at % 2 === 1 })));
writeFileSync(out, JSON.stringify({ stopped, resumed, atOnce, ended: afterwards.status, together }));
