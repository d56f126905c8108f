import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../harness.ts";

/** A server of S3's API on this machine, with one bucket. It ends with its `stop`, and with the process that started it. */
export interface S3 {
  /** What a person says to Pulumi to keep states there. */
  environment: NodeJS.ProcessEnv;
  stop(): void;
}

/** Builds it from its Go module, and starts it. @throws when there is no Go, and none can be had */
export async function startS3(bucket: string): Promise<S3> {
  const program = join(ROOT, "test/.out/s3");
  mkdirSync(dirname(program), { recursive: true });
  const go = execFileSync(join(ROOT, "setup/go.sh"), { encoding: "utf8" }).trim();
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
  execFileSync(go, ["build", "-trimpath", "-buildvcs=false", "-o", program, "."], {
    ...{ cwd: __dirname, env, stdio: "inherit" },
  });
  const server = spawn(program, [bucket], { stdio: ["pipe", "pipe", "inherit"] });
  const address = await new Promise<string>((resolve, reject) => {
    server.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    server.once("exit", (code) => reject(new Error(`the S3 server ended with status ${code}`)));
  });
  return {
    environment: {
      PULUMI_BACKEND_URL: `s3://${bucket}?endpoint=http://${address}&s3ForcePathStyle=true`,
      ...{ AWS_ACCESS_KEY_ID: "of", AWS_SECRET_ACCESS_KEY: "this test", AWS_REGION: "us-east-1" },
      // It gives no checksums, and the SDK would say so on each answer.
      AWS_RESPONSE_CHECKSUM_VALIDATION: "when_required",
    },
    stop: () => server.stdin.end(),
  };
}
