use axum::{Json, http::StatusCode, response::IntoResponse};

async fn remove() -> impl IntoResponse {
    (StatusCode::NO_CONTENT, Json("removed"))
}
