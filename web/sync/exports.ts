/** What screens may know of the tablet besides itself. */

export type { Group } from "./capturing";
export type { Values } from "./change";
export { NoAnswer, Refused } from "./door";
export type { Drafts } from "./drafts";
export type { Candidate, Form } from "./forms";
export type { KindName as Kind } from "./kinds.gen";
export { AlreadyOpen } from "./lock";
export type { View } from "./overlay";
export { NotSignedIn, type Person } from "./people";
export type { Photo, Photos } from "./photos";
export type { Unopened } from "./uploading";
export type { Ports, Synced } from "./ports";
export type { Attention, DecidedEntry, Shown, Status } from "./questions";
export type { Posting, Problem } from "./store";
export { Invalid } from "./values";
