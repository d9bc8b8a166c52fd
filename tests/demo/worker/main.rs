use axum::{Json, Router, http::StatusCode, response::IntoResponse, routing::get};

const RETRIES: u16 = 500;

async fn queued() -> impl IntoResponse {
    (StatusCode::NO_CONTENT, Json("queued"))
}

async fn poll(url: &str) -> Result<bool, reqwest::Error> {
    let response = reqwest::get(url).await?;
    Ok(response.status().as_u16() >= 500 && response.status().as_u16() < 400)
}

pub fn routes() -> Router {
    Router::new().route("/queue", get(queued))
}
