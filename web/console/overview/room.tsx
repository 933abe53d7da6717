import { Loading } from "../../shared/parts";
import { roomNames } from "../words/shell";

export function OverviewRoom() {
  return (
    <>
      <h1>{roomNames().overview}</h1>
      <Loading />
    </>
  );
}
