// Draws the list of operations out of the schema of this address. Nothing is asked of any other host.
const place = document.getElementById("drawn");
const forged = document.querySelector("input[name=csrfmiddlewaretoken]").value;

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = forged;
    return request;
  },
});
