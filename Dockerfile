# Both roles of the program: the process does what ROLE says (api, worker or all).
# What goes in is made by deploy/image-root.sh; docs/operations.md says how to run it.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /workspace
COPY . .
# Only esbuild and Vite are used, which need no script.
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN sh deploy/image-root.sh /image

FROM node:24.21.0-bookworm-slim
# What installs packages has no place where the program runs.
RUN rm -rf /opt/yarn-* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx \
  /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
COPY --from=build /image/ /
WORKDIR /app
# The user `node`, by number so that an orchestrator can tell that it is not root.
USER 1000:1000
ENV NODE_ENV=production ROLE=api HOST=0.0.0.0 PORT=8080 METRICS_PORT=9090
EXPOSE 8080 9090
# Both roles answer on METRICS_PORT.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + process.env.METRICS_PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "main.js"]
