# The first stage builds, with pip and a build backend; the second only runs.

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/glimpse && python -m venv /opt/build

# Dependencies change seldom: this layer is kept while they do not.
COPY requirements/run.txt requirements/build.txt requirements/
RUN /opt/glimpse/bin/pip install --require-hashes -r requirements/run.txt \
    && /opt/build/bin/pip install --require-hashes -r requirements/build.txt

COPY pyproject.toml setup.py README.md LICENSE ./
COPY bot bot
COPY migrations migrations
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/glimpse/bin/pip install --no-deps /wheels/glimpse-*.whl \
    && /opt/glimpse/bin/pip uninstall --yes pip


FROM python:3.13-slim
RUN groupadd --gid 10001 glimpse \
    && useradd --uid 10001 --gid glimpse --home-dir /data --no-create-home --shell /usr/sbin/nologin glimpse \
    && install --directory --owner glimpse --group glimpse --mode 700 /data
COPY --from=build /opt/glimpse /opt/glimpse

# Relative paths start at /data: config.toml, the database and the images are looked for there.
ENV PATH="/opt/glimpse/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    GLIMPSE_HEARTBEAT_FILE=/tmp/glimpse.alive
WORKDIR /data
VOLUME /data
USER 10001:10001

# Whether the bot lives, not whether it is ready: a restart does not bring Discord back.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["glimpse", "health"]

# SIGTERM lets running answers finish for `grace_period` seconds: give `docker stop` more than that.
STOPSIGNAL SIGTERM
ENTRYPOINT ["glimpse"]
CMD ["run"]
