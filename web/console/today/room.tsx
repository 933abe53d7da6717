import { Loading } from "../../shared/parts";
import { roomNames } from "../words/shell";

export function TodayRoom() {
  return (
    <>
      <h1>{roomNames().today}</h1>
      <Loading />
    </>
  );
}
