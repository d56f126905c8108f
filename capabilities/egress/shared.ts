/**
 * Domains below which anybody can have a name, and that the public suffix list lacks (looked through with tldts 7.4.19 in November 2026),
 * by what one gets there. A wildcard over one of them, or over what is above it, is refused with that word. Each is here because its
 * owner hands out names below it; what the list has is not repeated (`capabilities/egress/egress.test.ts` has a sample of both).
 */
export const SHARED: Readonly<Record<string, readonly string[]>> = {
  "object store": [
    ...["storage.googleapis.com", "commondatastorage.googleapis.com", "googleusercontent.com", "firebasestorage.app"],
    ...[
      "amazonaws.com",
      "core.windows.net",
      "cloudflarestorage.com",
      "aliyuncs.com",
      "myqcloud.com",
      "myhuaweicloud.com",
    ],
    ...[
      "volces.com",
      "backblazeb2.com",
      "wasabisys.com",
      "idrivee2.com",
      "contabostorage.com",
      "your-objectstorage.com",
    ],
    ...["storjshare.io", "filebase.com", "cloud.ovh.net", "ovh.us", "exo.io", "oraclecloud.com", "appdomain.cloud"],
    ...["ipfs.io", "arweave.net", "mypinata.cloud", "tigris.dev", "fly.storage.tigris.dev", "cloudinary.com"],
  ],
  CDN: ["b-cdn.net", "fastly.net"],
  "app platform": [
    ...["on.aws", "cloudapp.azure.com", "azurecontainerapps.io", "cloudworkstations.dev", "colab.dev", "github.dev"],
    ...["gitpod.io", "stackblitz.io", "webcontainer.io", "codesandbox.io", "glitch.me", "koyeb.app", "kinsta.app"],
    ...[
      "cyclic.app",
      "modal.run",
      "nhost.run",
      "pocketbase.io",
      "e2b.dev",
      "daytona.app",
      "sprites.dev",
      "neocities.org",
    ],
    ...["000webhostapp.com", "mintlify.app", "gradio.live", "express.val.run", "weebly.com", "squarespace.com"],
    ...["backendless.app", "coder.app", "k8s.civo.com"],
  ],
  "hosted data": [
    ...["vault.azure.net", "database.windows.net", "azurecr.io", "firebaseio.com", "mongodb.net", "redislabs.com"],
    ...[
      "redis-cloud.com",
      "upstash.io",
      "neon.tech",
      "psdb.cloud",
      "cockroachlabs.cloud",
      "elastic-cloud.com",
      "es.io",
    ],
    ...["algolia.net", "turso.io"],
  ],
  "hosted models": ["cognitiveservices.azure.com", "openai.azure.com", "services.ai.azure.com"],
  "hosted logs": [
    ...["datadoghq.com", "ingest.de.sentry.io", "ingest.sentry.io", "ingest.us.sentry.io", "grafana.net"],
    ...["splunkcloud.com", "sumologic.com", "loggly.com", "logtail.com", "betterstackdata.com", "logdna.com"],
    ...["papertrailapp.com", "newrelic.com", "nr-data.net"],
  ],
  "hosted accounts": [
    ...["atlassian.net", "zendesk.com", "service-now.com", "sharepoint.com", "my.salesforce.com", "auth0.com"],
    ...["okta.com", "cloudflareaccess.com", "wordpress.com", "tumblr.com", "substack.com", "medium.com", "slack.com"],
  ],
  tunnel: [
    ...["cfargotunnel.com", "loca.lt", "localtunnel.me", "localhost.run", "lhr.life", "serveo.net"],
    ...[
      "serveousercontent.com",
      "bore.pub",
      "tunnelto.dev",
      "pagekite.me",
      "pinggy.io",
      "pinggy.link",
      "devtunnels.ms",
    ],
    ...["zrok.io", "share.zrok.io", "playit.gg", "loclx.io", "localxpose.io", "jprq.live", "jprq.site", "expose.sh"],
    ...["sharedwithexpose.com", "instatunnel.my", "portmap.io", "packetriot.net", "pktriot.net", "staqlab-tunnel.com"],
    ...["plex.direct", "remote.it"],
  ],
  "request catcher": [
    ...["webhook.site", "requestbin.com", "requestbin.net", "pipedream.net", "beeceptor.com", "requestcatcher.com"],
    ...["hookdeck.com", "mockapi.io", "oast.pro", "oast.live", "oast.site", "oast.online", "oast.fun", "oast.me"],
    ...["interact.sh", "interactsh.com", "burpcollaborator.net", "oastify.com", "dnslog.cn", "ceye.io"],
    ...["canarytokens.com", "canarytokens.org", "free.beeceptor.com", "smee.io", "hookbin.com", "postb.in", "mocky.io"],
    ...["mockbin.io", "ptsv2.com", "ptsv3.com", "requestinspector.com", "typedwebhook.tools", "webhookrelay.com"],
    ...[
      "dnsbin.zhack.ca",
      "bxss.me",
      "xss.ht",
      "ntfy.sh",
      "hooks.zapier.com",
      "hook.eu1.make.com",
      "hook.us1.make.com",
    ],
  ],
  "dynamic DNS": [
    ...["afraid.org", "mooo.com", "chickenkiller.com", "us.to", "desec.io", "changeip.com"],
    ...["nip.io", "sslip.io", "xip.io", "traefik.me", "lvh.me", "localtest.me", "backname.io", "rbndr.us"],
    ...["rebind.network", "dynu.com"],
  ],
};
