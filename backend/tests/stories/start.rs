//! Starting, stopping, and starting again.

use crate::rig::{Instance, PASSWORD, instance, settings};
use backend::Server;
use http::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_live_in_one_process() {
    let (left, right) = tokio::join!(instance(), instance());
    assert_ne!(left.running.addr, right.running.addr);
    let token = left.token().await;
    let status =
        async |instance: &Instance| instance.get("/api/v1/users/me").bearer(&token).send().await.status;
    assert_eq!(status(&left).await, StatusCode::OK);
    assert_eq!(status(&right).await, StatusCode::UNAUTHORIZED);
    left.running.stop().await.unwrap();
    assert_eq!(right.get("/api/v1/ping").send().await.body, "pong");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_is_there_after_a_restart() {
    let Instance { running, folder } = instance().await;
    let instance = Instance { running, folder };
    let token = instance.token().await;
    let client = instance.client().await;
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();

    let mut config = settings(folder.path());
    // Only the first start takes the password from its surroundings.
    config.admin_password = None;
    let again = Instance { running: Server::start(config).await.unwrap(), folder };
    assert!(again.running.new_password.is_none());
    assert_eq!(again.client().await, client);
    assert_eq!(again.get("/api/v1/users/me").bearer(&token).send().await.status, StatusCode::OK);
    assert_eq!(again.log_in("root", &PASSWORD.replace(' ', "+")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_nobody_named_gets_a_password_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = settings(folder.path());
    config.admin_password = None;
    let running = Server::start(config).await.unwrap();
    let password = running.new_password.as_ref().unwrap().reveal().clone();
    let instance = Instance { running, folder };
    assert_eq!(instance.log_in("root", &password).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_on_one_folder_does_not_start() {
    let first = instance().await;
    let error = Server::start(settings(first.folder.path())).await.err().unwrap();
    assert!(error.to_string().contains("is in use by another shoal"), "{error}");
    assert_eq!(first.get("/api/v1/ping").send().await.body, "pong");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_is_named() {
    let first = instance().await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = settings(folder.path());
    config.server.listen = first.running.addr;
    let error = Server::start(config).await.err().unwrap();
    assert_eq!(error.to_string(), format!("the address {} could not be listened on", first.running.addr));
}
