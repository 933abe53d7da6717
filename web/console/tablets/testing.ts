/** An account for tests: one tablet of Korangi that captured nothing yet. */
import type { DeviceAccount } from "../../shared/wire.gen";

export const account = (more: Partial<DeviceAccount>): DeviceAccount => ({
  device: "d", name: "Tablet", district: "korangi", people: [], enrolled_ms: 0, revoked_ms: null, contact_ms: null, told_ms: null, followed_by: null, app: "",
  captured: 0, received: 0, unsent: 0, oldest_unsent_ms: null, landed: 0, held: 0, waiting: 0, quarantined: 0, lost: 0, repeated: 0,
  photos_missing: 0, photos_missing_bytes: 0, photos_missing_since_ms: null, photos_unsent: 0, bytes_unsent: 0, line: [], line_captured: 0, line_received: 0, alarms: [], ...more,
});
