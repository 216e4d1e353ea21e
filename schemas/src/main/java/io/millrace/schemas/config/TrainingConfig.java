package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How to train. Names and meanings are those of Hugging Face {@code TrainingArguments}. */
public record TrainingConfig(
    @Setting(
            value =
                "Where to train: auto, cpu, cpu:N (N devices, one after the other), gpu, gpu:0,1.",
            byDefault = "auto")
        String device,
    @Setting(value = "Samples that one device takes in one train batch.", byDefault = "50")
        int perDeviceTrainBatchSize,
    @Setting(value = "Train batches per device and step.", byDefault = "1")
        int gradientAccumulationSteps,
    @Setting(
            value = "A batch closes when its oldest sample has waited this long.",
            byDefault = "PT1S")
        Duration batchMaxWait,
    @Setting(value = "Closes full batches only.", byDefault = "false") boolean dataloaderDropLast,
    @Setting(value = "The peak learning rate.", byDefault = "0.001") double learningRate,
    @Setting(
            value = "constant, constant_with_warmup, linear, cosine or inverse_sqrt.",
            byDefault = "constant")
        Schedule lrSchedulerType,
    @Setting(value = "The number of steps over which the rate rises from 0.", byDefault = "0")
        long warmupSteps,
    @Setting(value = "Training ends after this many steps; -1: never.", byDefault = "-1")
        long maxSteps,
    @Setting(value = "sgd, adam, adamw, adagrad or rmsprop.", byDefault = "adamw") Optim optim,
    @Setting(value = "Weight decay (decoupled with adamw, L2 with the others).", byDefault = "0")
        double weightDecay,
    @Setting(value = "Momentum of sgd and rmsprop.", byDefault = "0") double momentum,
    @Setting(value = "For adam and adamw.", byDefault = "0.9", key = "adam_beta1") double adamBeta1,
    @Setting(value = "For adam and adamw.", byDefault = "0.999", key = "adam_beta2")
        double adamBeta2,
    @Setting(value = "For adam, adamw, adagrad and rmsprop.", byDefault = "1e-8")
        double adamEpsilon,
    @Setting(value = "The smoothing constant of rmsprop.", byDefault = "0.99") double rmspropAlpha,
    @Setting(value = "The gradient's L2 norm is clipped to this; 0: not at all.", byDefault = "1.0")
        double maxGradNorm,
    @Setting(value = "A checkpoint is due every this many steps.", byDefault = "500")
        long saveSteps,
    @Setting(value = "If set, a checkpoint is also due after this long.", byDefault = Setting.NONE)
        @Nullable Duration saveInterval,
    @Setting(value = "Keeps this many checkpoints, in addition to those in use.", byDefault = "10")
        int saveTotalLimit,
    @Setting(value = "The seed of initial weights and dropout.", byDefault = "42") long seed,
    @Setting(
            value =
                "If memory runs out, halves the samples of one pass; the effective batch does not change.",
            byDefault = "true")
        boolean autoFindBatchSize,
    @Setting(
            value = "CPU threads of one step; another number changes the last bits of the weights.",
            byDefault = "1")
        int threads,
    @Setting(
            value =
                "Progress is published every this many steps (at most four times a second), and when no batches are left.",
            byDefault = "50")
        long loggingSteps) {

  /** How the learning rate changes. */
  public enum Schedule {
    CONSTANT,
    CONSTANT_WITH_WARMUP,
    LINEAR,
    COSINE,
    INVERSE_SQRT
  }

  /** The optimizer. */
  public enum Optim {
    SGD,
    ADAM,
    ADAMW,
    ADAGRAD,
    RMSPROP
  }

  /** The allowed forms of {@code device}. */
  public static final String DEVICES = "auto|cpu(:[1-9][0-9]*)?|gpu(:[0-9]+(,[0-9]+)*)?";

  public TrainingConfig {
    new Checks()
        .that(
            device.matches(DEVICES),
            "device",
            "'" + device + "'",
            "must be auto, cpu, cpu:N, gpu or gpu:0,1")
        .positive("per_device_train_batch_size", perDeviceTrainBatchSize)
        .positive("gradient_accumulation_steps", gradientAccumulationSteps)
        .positive("batch_max_wait", batchMaxWait)
        .that(
            learningRate > 0 && Double.isFinite(learningRate),
            "learning_rate",
            learningRate,
            "must be finite and > 0")
        .notNegative("warmup_steps", warmupSteps)
        .that(maxSteps == -1 || maxSteps > 0, "max_steps", maxSteps, "must be -1 or at least 1")
        .that(
            maxSteps > 0
                || (lrSchedulerType != Schedule.LINEAR && lrSchedulerType != Schedule.COSINE),
            "lr_scheduler_type",
            lrSchedulerType.name().toLowerCase(Locale.ROOT),
            "needs max_steps, since it ends there; a stream without an end takes constant or"
                + " inverse_sqrt")
        .notNegative("weight_decay", weightDecay)
        .that(momentum >= 0 && momentum < 1, "momentum", momentum, "must be from 0 to below 1")
        .that(adamBeta1 >= 0 && adamBeta1 < 1, "adam_beta1", adamBeta1, "must be from 0 to below 1")
        .that(adamBeta2 >= 0 && adamBeta2 < 1, "adam_beta2", adamBeta2, "must be from 0 to below 1")
        .that(adamEpsilon > 0, "adam_epsilon", adamEpsilon, "must be > 0")
        .that(
            rmspropAlpha >= 0 && rmspropAlpha < 1,
            "rmsprop_alpha",
            rmspropAlpha,
            "must be from 0 to below 1")
        .notNegative("max_grad_norm", maxGradNorm)
        .positive("save_steps", saveSteps)
        .that(
            saveInterval == null || !(saveInterval.isZero() || saveInterval.isNegative()),
            "save_interval",
            saveInterval == null ? "" : saveInterval,
            "must be longer than zero")
        .that(saveTotalLimit >= 2, "save_total_limit", saveTotalLimit, "must be at least 2")
        .positive("threads", threads)
        .positive("logging_steps", loggingSteps)
        .done();
  }

  /**
   * The same settings with other values for these, to try them.
   *
   * @param batchSize {@code per_device_train_batch_size}
   * @param rate {@code learning_rate}
   * @param newSeed {@code seed}
   * @param split {@code auto_find_batch_size}
   */
  public TrainingConfig with(int batchSize, double rate, long newSeed, boolean split) {
    return new TrainingConfig(
        device,
        batchSize,
        gradientAccumulationSteps,
        batchMaxWait,
        dataloaderDropLast,
        rate,
        lrSchedulerType,
        warmupSteps,
        maxSteps,
        optim,
        weightDecay,
        momentum,
        adamBeta1,
        adamBeta2,
        adamEpsilon,
        rmspropAlpha,
        maxGradNorm,
        saveSteps,
        saveInterval,
        saveTotalLimit,
        newSeed,
        split,
        threads,
        loggingSteps);
  }
}
