import { defineConfig } from "vite";
import { app } from "../shared/vite.ts";

export default defineConfig(app("console"));
