# The gateway alone, for any product behind an OpenAI-compatible API: no GPU, no torch at work.
#   docker build -t boxed . && docker run --rm -p 8080:8080 -v ./prompts:/etc/boxed/prompts:ro \
#     -e BOXED_UPSTREAM=https://api.example.com/v1 -e BOXED_GATEWAY_KEY=... boxed
# It runs as nobody in particular, and writes to /tmp only: --read-only --tmpfs /tmp.
FROM python:3.11-slim AS built
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY prompts prompts
COPY guards guards
COPY retrieval retrieval
COPY boxed boxed
COPY evals evals
# torch comes without CUDA: the gateway asks a product over HTTP.
RUN python -m venv /opt/boxed \
 && /opt/boxed/bin/pip install --no-cache-dir -c constraints.txt \
      --extra-index-url https://download.pytorch.org/whl/cpu .

FROM python:3.11-slim
COPY --from=built /opt/boxed /opt/boxed
ENV PATH=/opt/boxed/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BOXED_HOST=0.0.0.0 \
    BOXED_PORT=8080 \
    BOXED_LOG_FORMAT=json \
    BOXED_POLICIES=/etc/boxed/prompts
WORKDIR /tmp
USER 10001:10001
EXPOSE 8080
# /readyz is for whoever sends requests here; a container that lives is left alone.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["python", "-c", \
  "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["boxed"]
CMD ["serve"]
