# The packages are installed in a stage of their own, so npm's cache stays out of the image.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages bring a Node for machines with an older one; this image has its own.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATABASE_PATH=/data/burngate.sqlite \
    CREDENTIALS_PATH=/data/credentials.json
WORKDIR /app
# The command line has its name in the image: a CI job writes `burngate check`.
RUN mkdir /data && chown node:node /data && ln -s /app/bin/burngate.js /usr/local/bin/burngate
COPY --from=packages /app/node_modules ./node_modules
COPY package.json app.yml LICENSE ./
COPY bin ./bin
COPY src ./src
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/livez').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
