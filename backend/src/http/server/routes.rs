//! The routes as the server sees them: one function.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use http::Request;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use super::body::Patient;

/// Answers everything that is no file.
pub type Routes = Arc<dyn Fn(Request<Patient>) -> Answering + Send + Sync>;

type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// Makes one function of all routes.
pub fn routes<F>(filter: F) -> Routes
where
    F: Filter<Extract: Reply, Error = Rejection, Future: Send> + Clone + Send + Sync + 'static,
{
    let service = TowerToHyperService::new(warp::service(filter));
    Arc::new(move |request| Box::pin(service.call(request)))
}
