/** Small copies of pictures, for pages that show what was photographed after the picture itself has gone to the office. */

import { SMALL_TYPE } from "../../sync/photos";

/** The longer side of a small copy, in pixels. */
const SIDE_PX = 480;
const QUALITY = 0.8;

/** A small copy of a picture, upright; null where this browser cannot make one. Fails for what is no picture. */
export async function shrink(picture: Blob): Promise<Blob | null> {
  const whole = await createImageBitmap(picture);
  try {
    const scale = Math.min(1, SIDE_PX / Math.max(whole.width, whole.height));
    const sheet = document.createElement("canvas");
    sheet.width = Math.max(1, Math.round(whole.width * scale));
    sheet.height = Math.max(1, Math.round(whole.height * scale));
    const pen = sheet.getContext("2d");
    if (pen === null) return null;
    // A signature has no ground of its own, and JPEG would make it black.
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(whole, 0, 0, sheet.width, sheet.height);
    return await new Promise((done) => sheet.toBlob(done, SMALL_TYPE, QUALITY));
  } finally {
    whole.close();
  }
}
